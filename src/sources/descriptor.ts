import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import { FileSource } from './file-source.ts';
import { type OnRead, SocketSource } from './socket-source.ts';
import type { Source } from './source.ts';

/**
 * A source for whatever stands behind a descriptor: pipe, FIFO, socket, terminal, file or device. The
 * source owns the descriptor from here on.
 */
export function openDescriptor(fd: number, name: string): Source {
  if (isatty(fd)) {
    // `onread` reaches net.Socket through the options; the types do not say so.
    return new SocketSource(name, (onread) => new ReadStream(fd, { onread } as object));
  }
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket()) {
    return new SocketSource(name, (onread) => openSocket(fd, onread));
  }
  return new FileSource(fd, name);
}

function openSocket(fd: number, onread: OnRead): Socket {
  return new Socket({ fd, readable: true, writable: false, onread } as object);
}
