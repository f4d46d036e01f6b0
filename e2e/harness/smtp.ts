// A real mail server for a test: Python's aiosmtpd, as Debian packages it (for Debian's own Python), which keeps each
// mail as a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Mail, readMails } from './mail.ts';

export class SmtpServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<SmtpServer> {
    const folder = await mkdtemp(join(process.env['TESTBED'] ?? tmpdir(), 'smtp-'));
    const port = await freePort();
    const program = join(import.meta.dirname, 'smtp.py');
    const child = spawn('/usr/bin/python3', [program, String(port), folder], { stdio: 'inherit' });
    const server = new SmtpServer(child, port, folder);
    for (const until = Date.now() + 15_000; !(await answers(port)); await sleep(50)) {
      if (child.exitCode !== null || Date.now() > until) throw new Error('aiosmtpd did not start (python3-aiosmtpd?)');
    }
    return server;
  }

  /** Settings of a server that sends its mail here. */
  get env(): Record<string, string> {
    return { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(this.port), SMTP_SECURE: 'none' };
  }

  /** What was received, oldest first. */
  async mails(): Promise<Mail[]> {
    return readMails(this.folder);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  const up = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
    () => false,
  );
  socket.destroy();
  return up;
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
