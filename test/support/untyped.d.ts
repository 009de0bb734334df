/** What the bench uses of libraries that bring no types. */
declare module 'splunk-logging' {
  export class Logger {
    constructor(config: { token: string; url: string; maxBatchCount?: number; maxRetries?: number });
    error: (problem: Error) => void;
    send(context: { message: unknown; severity?: string; metadata?: Readonly<Record<string, string>> }): void;
    flush(done: (problem: Error | null, response: unknown, body: unknown) => void): void;
  }
}

declare module 'fluent-logger' {
  export interface FluentSender {
    emit(label: string, data: object, done: (problem?: Error) => void): void;
    on(event: 'error', listener: (problem: Error) => void): void;
    end(): void;
  }
  export function createFluentSender(tag: string, options: Readonly<Record<string, unknown>>): FluentSender;
}

declare module 'winston-syslog' {
  import type TransportStream from 'winston-transport';
  export class Syslog extends TransportStream {
    constructor(options: Readonly<Record<string, unknown>>);
    close(): void;
  }
}
