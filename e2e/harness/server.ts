// A real server for a test: target/debug/nexus on a free port, with its own data folder and private database.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { type Mail, readMails } from './mail.ts';

const NEXUS = process.env['NEXUS'] ?? resolve(import.meta.dirname, '../../target/debug/nexus');
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 20_000;

/** Variables of the server; those of the test run are not passed on. */
export type Env = Record<string, string>;

/** One line of `DATA_DIR/demo-accounts.txt`. */
export interface Account {
  role: string;
  email: string;
  password: string;
}

export class Server {
  readonly url: string;
  private child: ChildProcess | undefined;

  private constructor(
    readonly dataDir: string,
    private readonly port: number,
    private readonly env: Env,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server on an empty data folder and waits until it is ready. `DEMO` is 0 unless asked for. */
  static async start(env: Env = {}): Promise<Server> {
    // Under the testbed of ops/test, which ends whatever a killed test run leaves behind.
    const dataDir = await mkdtemp(join(process.env['TESTBED'] ?? tmpdir(), 'e2e-'));
    await chmod(dataDir, 0o711); // root's database runs as another user
    const server = new Server(dataDir, await freePort(), { DEMO: '0', ...env });
    await server.restart();
    return server;
  }

  /** Starts the server again, on the same port and data, and waits until it is ready; `env` changes variables. */
  async restart(env: Env = {}): Promise<void> {
    if (this.running()) await this.end('SIGTERM');
    this.child = this.spawn(['serve'], env);
    const log = createWriteStream(this.logFile, { flags: 'a' });
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
    await this.ready();
  }

  /** Waits until the server says that it is ready. */
  async ready(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until && this.running()) {
      const response = await fetch(`${this.url}/api/health/ready/`).catch(() => undefined);
      if (response?.ok) return;
      await sleep(50);
    }
    throw new Error(`The server is not ready:\n${(await this.log()).slice(-4000)}`);
  }

  /** Kills the app as a power cut would (its database goes on for a moment, as after a real crash). */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Where the private database keeps its files. */
  async databaseFolder(): Promise<string> {
    const root = join(this.dataDir, 'postgres');
    const major = (await readdir(root)).find((name) => /^\d+$/.test(name));
    return join(root, major ?? '');
  }

  /** Kills the database as a crash would; the app is expected to bring it back by itself. */
  async killDatabase(folder?: string): Promise<void> {
    process.kill(await this.databasePid(folder), 'SIGKILL');
  }

  private async databasePid(folder?: string): Promise<number> {
    const lines = await readFile(join(folder ?? (await this.databaseFolder()), 'postmaster.pid'), 'utf8');
    return Number(lines.split('\n')[0]);
  }

  /** Asks the private database; rows as psql prints them. */
  async sql(statement: string): Promise<string> {
    const socket = (await readFile(join(await this.databaseFolder(), 'postmaster.pid'), 'utf8')).split('\n')[4] ?? '';
    const psql = process.env['PG_BIN'] ? join(process.env['PG_BIN'], 'psql') : 'psql';
    const args = ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'nexus', '-d', 'nexus', '-c', statement];
    const { stdout } = await promisify(execFile)(psql, args);
    return stdout.trim();
  }

  /** Signs an account in without a browser; what its requests send as `Cookie`. */
  async session({ email, password }: Account): Promise<string> {
    const cookies = (response: Response) => response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
    const first = await fetch(`${this.url}/api/auth/csrf`);
    const { csrfToken } = (await first.json()) as { csrfToken: string };
    const body = new URLSearchParams({ email, password, csrfToken, json: 'true' });
    const headers = { cookie: cookies(first) };
    return cookies(await fetch(`${this.url}/api/auth/callback/credentials`, { method: 'POST', body, headers, redirect: 'manual' }));
  }

  /** Runs a command of the binary beside the server, such as `admin create`; returns what it printed. */
  async command(args: string[], stdin = ''): Promise<string> {
    const child = this.spawn(args);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stdin?.end(stdin);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`nexus ${args.join(' ')}: ${code}\n${output}`);
    return output;
  }

  /** Makes an administrator; there is no default one. */
  async createAdmin(email = 'directrice@nexus.test', password = 'phrase-longue-pour-les-tests'): Promise<Account> {
    await this.command(['admin', 'create', '--email', email, '--password-stdin'], password);
    return { role: 'ADMIN', email, password };
  }

  /** The accounts of the demo school (`DEMO: '1'`). */
  async accounts(): Promise<Account[]> {
    const text = await readFile(join(this.dataDir, 'demo-accounts.txt'), 'utf8');
    const words = text.split('\n').map((line) => line.trim().split(/\s+/));
    return words.flatMap(([role, email, password]) => (role && email && password ? [{ role, email, password }] : []));
  }

  /** The first demo account of a role. */
  async account(role: string): Promise<Account> {
    const found = (await this.accounts()).find((account) => account.role === role);
    if (!found) throw new Error(`no demo account has the role ${role}`);
    return found;
  }

  /** The mails written to `DATA_DIR/mail`, oldest first. */
  async mails(): Promise<Mail[]> {
    return readMails(join(this.dataDir, 'mail'));
  }

  /** What the server wrote since its first start. */
  async log(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  /** Stops everything and removes the data folder. */
  async stop(): Promise<void> {
    if (this.running()) await this.end('SIGTERM');
    else await this.endDatabase();
    await rm(this.dataDir, { recursive: true, force: true });
    await rm(this.logFile, { force: true });
  }

  private get logFile(): string {
    return `${this.dataDir}.log`;
  }

  private running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private spawn(args: string[], env: Env = {}): ChildProcess {
    Object.assign(this.env, env);
    const inherited = { PATH: process.env['PATH'] ?? '', PG_BIN: process.env['PG_BIN'] ?? '', RUST_BACKTRACE: '1' };
    const own = { BIND: '127.0.0.1', PORT: String(this.port), DATA_DIR: this.dataDir };
    return spawn(NEXUS, args, { env: { ...inherited, ...own, ...this.env }, stdio: 'pipe' });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || !this.running()) return;
    const exited = once(child, 'exit').then(() => true);
    child.kill(signal);
    if (await Promise.race([exited, sleep(STOPPED_WITHIN_MS, false, { ref: false })])) return;
    child.kill('SIGKILL');
    await exited;
    throw new Error(`The server did not stop on ${signal}:\n${(await this.log()).slice(-4000)}`);
  }

  /** After `kill9` the database may still run: SIGQUIT ends it at once. */
  private async endDatabase(): Promise<void> {
    const pid = await this.databasePid().catch(() => undefined);
    if (pid) await endProcess(pid, 'SIGQUIT');
  }
}

async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  try {
    process.kill(pid, signal);
    for (const until = Date.now() + STOPPED_WITHIN_MS; Date.now() < until; await sleep(50)) process.kill(pid, 0);
  } catch {
    // It is gone.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
