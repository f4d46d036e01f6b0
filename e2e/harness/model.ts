// A language model's server that behaves as badly as asked (OpenAI chat-completions protocol, as Ollama speaks it).
import { once } from 'node:events';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** `good` writes acceptable French; the rest is what servers do on their bad days. */
export type Mood = 'good' | 'silent' | 'refuses' | 'cuts' | 'invalid' | 'nonsense' | 'invents';

const GOOD = `Ce bilan montre un travail sérieux et des points d’appui solides. Les réponses données sont réfléchies, et dire
« je ne sais pas » quand on ne sait pas est une vraie qualité. La suite est claire : reprendre le cours chapitre par
chapitre, refaire les exercices déjà corrigés, puis se tester sans aide. Avancez pas à pas, la progression suivra.`;

/** What was asked, as far as the tests read it. */
export interface Asked {
  stream?: boolean;
  max_tokens?: number;
  messages: { role: string; content: string }[];
}

/** Words of a streamed answer, and the pause between them. */
export interface Speech {
  words: (asked: Asked) => string;
  pause: number;
}

export class ModelServer {
  mood: Mood = 'good';
  /** What the model says when it is asked for a stream. */
  speech: Speech = { words: () => GOOD, pause: 5 };
  /** How many answers were asked for. */
  asked = 0;

  private constructor(private readonly http: HttpServer) {}

  static async start(mood: Mood): Promise<ModelServer> {
    const http = createServer();
    const model = new ModelServer(http);
    model.mood = mood;
    http.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const asked = JSON.parse(Buffer.concat(parts).toString() || '{"messages":[]}') as Asked;
        if (asked.max_tokens === 8) complete(response, 'RIEN'); // the second look at a message
        else if (asked.stream && model.mood === 'good') void model.speak(asked, response);
        else model.answer(response);
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return model;
  }

  /** For `OPENAI_BASE_URL`. */
  get url(): string {
    const address = this.http.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/v1` : '';
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
  }

  private async speak(asked: Asked, response: ServerResponse): Promise<void> {
    this.asked += 1;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const content of this.speech.words(asked).match(/\s*\S+/g) ?? []) {
      if (response.destroyed) return;
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: null }] })}\n\n`);
      await sleep(this.speech.pause);
    }
    response.write(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\n`);
    response.end('data: [DONE]\n\n');
  }

  private answer(response: ServerResponse): void {
    this.asked += 1;
    switch (this.mood) {
      case 'silent':
        return;
      case 'refuses':
        response.writeHead(500).end('no');
        return;
      case 'cuts':
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '5000' });
        response.write('{"choices":[{"mess', () => response.destroy());
        return;
      case 'invalid':
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"choices": oui}');
        return;
      case 'nonsense':
        return complete(response, 'la la la la la la la la la la la la la la la la la la la la la la la la la la la');
      case 'invents':
        return complete(response, `${GOOD} Ton score est de 8731 sur 9412, soit 777 de plus qu’avant.`);
      case 'good':
        return complete(response, GOOD);
    }
  }
}

function complete(response: ServerResponse, content: string): void {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ id: 'x', object: 'chat.completion', model: 'test', choices, usage }));
}
