import { describe, expect, test } from 'vitest';
import { parseConnection } from '../../../src/adapters/postgres/url.js';

describe('a connection URL', () => {
  test.each([
    ['postgres://u:p@h:6000/d', { host: 'h', port: 6000, database: 'd', user: 'u', password: 'p' }],
    ['postgresql://u@h/d', { host: 'h', port: 5432, database: 'd', user: 'u' }],
    [
      'postgresql://u:a%3Ab%40c%2F@h/d%20e',
      { host: 'h', port: 5432, database: 'd e', user: 'u', password: 'a:b@c/' },
    ],
    ['postgresql://u:a:b@h/d', { host: 'h', port: 5432, database: 'd', user: 'u', password: 'a:b' }],
    [
      'postgresql:///d?host=/run/x&port=5433&user=u',
      { host: '/run/x', port: 5433, database: 'd', user: 'u' },
    ],
    ['postgresql://u@%2Frun%2Fx/d', { host: '/run/x', port: 5432, database: 'd', user: 'u' }],
    ['postgresql://u@[::1]:5/d', { host: '::1', port: 5, database: 'd', user: 'u' }],
    [
      'postgresql://u@h/d?sslmode=verify-full&sslrootcert=/ca.pem',
      { host: 'h', port: 5432, database: 'd', user: 'u', ssl: { mode: 'verify-full', rootCert: '/ca.pem' } },
    ],
    [
      'postgresql://u@h/d?sslmode=disable',
      { host: 'h', port: 5432, database: 'd', user: 'u', ssl: { mode: 'disable' } },
    ],
    [
      'postgresql://u@h/d?sslrootcert=/ca.pem',
      { host: 'h', port: 5432, database: 'd', user: 'u', ssl: { mode: 'verify-ca', rootCert: '/ca.pem' } },
    ],
    [
      'postgresql://u@h/d?sslmode=require&sslcert=/c.pem&sslkey=/k.pem',
      {
        ...{ host: 'h', port: 5432, database: 'd', user: 'u' },
        ssl: { mode: 'require', client: { cert: '/c.pem', key: '/k.pem' } },
      },
    ],
  ])('%s', (url, value) => {
    expect(parseConnection(url)).toEqual({ ok: true, value });
  });

  test.each([
    ['postgres://u:hunter2@h1,h2/d', /more than one host/],
    ['postgres://u:hunter2@h/d?host=a,b', /host/],
    ['postgres://u:hunter2@h:1,h:2/d', /host/],
    ['postgres://hunter22:hunter22@h/d', /part of a name/],
    ['postgres://u:hunter2/@h/d', /percent-encoded/],
    ['postgres://u:hunter2%0A@h/d', /line end in its password/],
    ['postgres://u:a%0Dhunter2@h/d', /line end in its password/],
    ['postgres://u:hunter2@h/d?host=other', /host twice/],
    ['postgres://u:hunter2@h/d?service=x', /service, which is not supported/],
    ['postgres://u:hunter2@h/d?options=-c%20x', /options, which is not supported/],
    ['postgres://u:hunter2@h/d?%hunter2', /malformed/],
    ['postgres://u:%hunter2@h/d', /percent-encoded correctly in its password/],
    ['postgres://u:hunter2@h', /must name host, user and database/],
    ['postgres://h/d?password=hunter2', /must name/],
    ['postgres://u:hunter2@/d', /must name/],
    ['postgres://u:hunter2@/d?host=a,b', /more than one host/],
    ['postgres://u:hunter2@evil@h/d', /an @ that is not percent-encoded/],
    ['postgres://u:hunter2@h:99999/d', /port/],
    ['postgres://u:hunter2@h:65536/d', /port/],
    ['postgres://u:hunter2@h:0/d', /port/],
    ['postgres://u:hunter2@h/d?port=5432.5', /port/],
    ['postgres://u:hunter2@h/-d', /database name/],
    ['postgres://a%3Db:hunter2@h/d', /user name/],
    [`postgres://${'u'.repeat(64)}:hunter2@h/d`, /user name/],
    ['postgres://u:hunter2@-h/d', /host/],
    ['postgres://u:hunter2 @h/d', /white space/],
    [`postgres://u:hunter2@h/${'d'.repeat(4096)}`, /not one of PostgreSQL/],
    ['postgres://u:hunter2@h/d%20host%3Devil', /database name/],
    ['postgres://u:hunter2@h/postgres%3A%2F%2Fevil', /database name/],
    ['postgres://u:hunter2@h/d?sslmode=allow', /sslmode/],
    ['postgres://u:hunter2@h/d?sslmode=verify-full', /sslrootcert/],
    ['postgres://u:hunter2@h/d?sslmode=verify-ca', /sslrootcert/],
    ['postgres://u:hunter2@h/d?sslmode=disable&sslrootcert=/ca.pem', /which disable does not use/],
    ['postgres://u:hunter2@h/d?sslmode=', /no value to its sslmode/],
    ['postgres://u:hunter2@h/d?sslmode=prefer&sslrootcert=/ca.pem', /which prefer does not use/],
    ['postgres://u:hunter2@h/d?sslmode=verify-full&sslrootcert=system', /absolute path/],
    ['postgres://u:hunter2@h/d?sslmode=require&sslcert=/c.pem', /half a client certificate/],
    ['postgres://u:hunter2@h/d?sslmode=disable&sslcert=/c.pem&sslkey=/k.pem', /not used/],
    ['postgres://u:hunter2@h/d?sslcert=c.pem&sslkey=/k.pem', /absolute path/],
    [
      'postgres://u:hunter2@h/d?target_session_attrs=read-write',
      /target_session_attrs, which is not supported/,
    ],
    ['postgres://u:hunter2@h/d?hostaddr=10.0.0.1', /hostaddr, which is not supported/],
    ['postgres://u:hunter2@h/d?passfile=/p', /passfile, which is not supported/],
    ['mysql://u:hunter2@h/d', /not one of PostgreSQL/],
    ['host=h user=u password=hunter2', /not one of PostgreSQL/],
    ['postgres://u:#hunter2@h/d', /white space or a # /],
    ['postgres://u:hunter2%00@h/d', /password/],
  ])('%s is refused without its password', (url, message) => {
    const result = parseConnection(url);
    expect(result).toMatchObject({ ok: false, error: { code: 'BAD_CONNECTION_URL' } });
    if (result.ok) return;
    expect(result.error.message).toMatch(message);
    expect(JSON.stringify(result.error)).not.toContain('hunter2');
  });
});
