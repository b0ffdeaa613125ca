import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

/** PostgreSQL's SSLRequest (docs, 55.2.10). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Somebody between: takes TLS with a certificate of his own, and passes all on to the server, by TLS too. */
export async function startBetween(
  { port }: { readonly port: number },
  certificate: { readonly cert: string; readonly key: string },
) {
  const [cert, key] = [readFileSync(certificate.cert), readFileSync(certificate.key)];
  const pass = async (socket: Socket): Promise<void> => {
    await once(socket, 'data');
    socket.write('S');
    const near = new TLSSocket(socket, { isServer: true, cert, key });
    const plain = connect(port, '127.0.0.1');
    plain.write(sslRequest);
    await once(plain, 'data');
    const far = connectTls({ socket: plain, rejectUnauthorized: false });
    for (const end of [near, far, plain]) end.on('error', () => undefined);
    near.pipe(far).pipe(near);
  };
  const server = createServer((socket) => void pass(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => server.close(),
  };
}
