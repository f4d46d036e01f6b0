// Reads the mails that the server writes to files when no SMTP server is configured.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Mail {
  from: string;
  to: string;
  subject: string;
  /** The plain-text part. */
  text: string;
  /** The addresses of pages in the text. */
  links: string[];
}

/** All mails of the folder, oldest first; none when it does not exist yet. */
export async function readMails(folder: string): Promise<Mail[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const files = names.map(async (name) => {
    const path = join(folder, name);
    return { at: (await stat(path)).mtimeMs, mail: parseMail(await readFile(path, 'utf8')) };
  });
  return (await Promise.all(files)).sort((a, b) => a.at - b.at).map(({ mail }) => mail);
}

export function parseMail(source: string): Mail {
  const { headers, body } = split(source);
  const text = plainText(headers, body);
  const header = (name: string) => decodeWords(headers.get(name) ?? '');
  const links = [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([link]) => link.replace(/[).,;]+$/, ''));
  return { from: header('from'), to: header('to'), subject: header('subject'), text, links };
}

type Headers = Map<string, string>;

function split(source: string): { headers: Headers; body: string } {
  const lines = source.replaceAll('\r\n', '\n');
  const end = lines.indexOf('\n\n');
  const unfolded = lines.slice(0, end).replace(/\n[ \t]+/g, ' ');
  const pairs = unfolded.split('\n').map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { headers: new Map(pairs), body: lines.slice(end + 2) };
}

/** The first text/plain part, decoded. */
function plainText(headers: Headers, body: string): string {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.replace(/^\n/, '')));
    return parts.map((part) => plainText(part.headers, part.body)).find((text) => text !== '') ?? '';
  }
  return type.startsWith('text/plain') ? decodeBody(headers.get('content-transfer-encoding') ?? '', body) : '';
}

function decodeBody(encoding: string, body: string): string {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding.toLowerCase() === 'quoted-printable') return unquote(body.replace(/=\n/g, ''));
  return body;
}

/** `=C3=A9` → `é`. */
function unquote(text: string): string {
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Headers in words such as `=?utf-8?b?w6k=?=`. */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : unquote(word.replaceAll('_', ' ')),
    );
}
