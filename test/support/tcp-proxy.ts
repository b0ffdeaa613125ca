import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A network between client and server that can begin to swallow everything, silently, and stop to. */
export interface Network {
  readonly port: number;
  readonly swallow: () => void;
  readonly deliver: () => void;
  /** From now on it brings what is said, and not that somebody hung up. */
  readonly hideEnds: () => void;
  readonly close: () => Promise<void>;
}

export async function startNetwork(to: number): Promise<Network> {
  const sockets = new Set<Socket>();
  let swallowing = false;
  let hiding = false;
  const server = createServer((near) => {
    const far = createConnection(to, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (chunk) => other.write(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        if (!swallowing && !hiding) other.destroy();
      });
    }
    if (swallowing) for (const socket of [near, far]) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => {
      swallowing = true;
      for (const socket of sockets) socket.pause();
    },
    deliver: () => {
      swallowing = false;
      for (const socket of sockets) socket.resume();
    },
    hideEnds: () => {
      hiding = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
