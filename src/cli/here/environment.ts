import { join, resolve } from 'node:path';
import { homeFolder } from '../../adapters/host.js';
import { readText } from '../../adapters/read-text.js';
import { by } from '../../base/order.js';
import type { Environment } from '../../bind/index.js';

const maxFileBytes = 64 * 1024;

/** The values that this process was given; a file's last newline is not part of its value. */
export function processEnvironment(project: string): Environment {
  return {
    get: (source) => ('env' in source ? process.env[source.env] : fromFile(resolve(project, source.file))),
    names: () => Object.keys(process.env),
  };
}

const fromFile = (path: string): string | undefined => readText(path, maxFileBytes)?.replace(/\r?\n$/, '');

/** Where GnuPG keeps the operator's keys; set but empty is unset, as it is to gpg. */
export function operatorKeyring(): string {
  const given = process.env['GNUPGHOME'];
  return given === undefined || given === '' ? join(homeFolder(), '.gnupg') : resolve(given);
}

/** Where the operator says that the container engine listens; contexts and other settings of docker's are not read. */
export const operatorEngine = (): { readonly dockerHost?: string } => {
  const host = process.env['DOCKER_HOST'];
  return host === undefined || host === '' ? {} : { dockerHost: host };
};

/** Variables that change what Node, its TLS, node-pg or the dynamic linker do, whatever the runbook says. */
const steering =
  /^(?:NODE_(?!ENV$)[A-Z_]+|LD_[A-Z_]+|DYLD_[A-Z_]+|GLIBC_TUNABLES|OPENSSL_[A-Z_]+|SSL_CERT_(?:FILE|DIR)|DOCKER_[A-Z_]+|PG[A-Z_]+|GCONV_PATH|LOCPATH)$/;

/**
 * Those that are set, in the order of their names: an approval holds for runs with the same ones only, and who starts
 * a run hands its environment on in an order of its own.
 */
export const steeringVariables = (): readonly (readonly [string, string])[] =>
  Object.entries(process.env)
    .flatMap(([name, value]) => (steering.test(name) && value !== undefined ? [[name, value] as const] : []))
    .sort(by(([name]) => name));
