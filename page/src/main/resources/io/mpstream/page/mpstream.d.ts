/** A text that is not whole, or was not had at all. */
export class StreamError extends Error {
  outcome: Exclude<Outcome, 'completed'>;
  detail?: string;
  /** The HTTP status, where a request was refused. */
  status?: number;
  /** The first byte that is left, where what came before has gone. */
  firstOffset?: number;
}

export type Outcome = 'completed' | 'failed' | 'cancelled' | 'gone' | 'refused' | 'unreachable' | 'damaged';

export interface End {
  outcome: Outcome;
  /** Bytes of the text, in UTF-8. */
  offset: number;
  sha256?: string;
  detail?: string;
  status?: number;
  firstOffset?: number;
  /** What the responder said of its answer. */
  notes?: Record<string, string>;
  /** The digest was that of the text. Missing where it was not checked: no `crypto.subtle`, not read from the start, or beyond 64 MiB. */
  verified?: true;
}

export interface Options {
  /** A token, or who has them; `isFresh` asks for another one than before, since that has expired or is about to. */
  token?: string | ((isFresh: boolean) => string | undefined | Promise<string | undefined>);
  /** Ends the reading; the answer goes on without this reader. */
  signal?: AbortSignal;
  /** How long it is tried again without success. 60,000. */
  patienceMs?: number;
  /** The Idempotency-Key; a random one. */
  key?: string;
  responder?: string;
  onDisconnect?: string;
  user?: string;
  attributes?: Record<string, string>;
  /** Where to begin, in bytes. */
  offset?: number;
  /** With the pauses that it was written with; 2 is twice as fast. */
  speed?: number;
  ticket?: string;
  /** Another way to the messages than lines of JSON over fetch. */
  connect?: (where: { stream?: string; feed?: string; offset: number; signal: AbortSignal }) => AsyncGenerator<object>;
  onStream?: (id: string) => void;
  onQueue?: (queued: { place: number; estimateMs: number | null }) => void;
  onStart?: () => void;
  /** Text, and the bytes that came before it. */
  onText?: (text: string, offset: number) => void;
  onSilence?: (silentMs: number) => void;
  /** The connection is lost, and tried again in so many milliseconds. */
  onRetry?: (lost: { retryMs: number; offset: number; cause: unknown }) => void;
  /** A feed goes on with this stream. */
  onRestart?: (id: string) => void;
  onEnd?: (end: End) => void;
}

export class Answer implements AsyncIterable<string> {
  constructor(url: string | URL, what: { query?: string; id?: string; feed?: string; offset?: number }, options: Options);
  id?: string;
  offset: number;
  end: End | null;
  text(): Promise<string>;
  read(): Promise<End>;
  stop(): Promise<void>;
  reconnect(): void;
  [Symbol.asyncIterator](): AsyncGenerator<string, void>;
}

export function ask(url: string | URL, query: string, options?: Options): Answer;
export function follow(url: string | URL, id: string, options?: Options): Answer;
export function feed(url: string | URL, name: string, options?: Options): Answer;
