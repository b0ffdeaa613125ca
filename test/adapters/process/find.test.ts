import { expect, test } from 'vitest';
import { searchOrder } from '../../../src/adapters/process/find.js';

const folders = [18, 17, 15, 14].map((major) => ({ major, folder: `/pg/${major}` }));

test.each([
  [undefined, ['/pg/18', '/pg/17', '/pg/15', '/pg/14', '/usr/bin']],
  [15, ['/pg/15', '/pg/17', '/pg/18', '/usr/bin', '/pg/14']],
  [16, ['/pg/17', '/pg/18', '/usr/bin', '/pg/15', '/pg/14']],
  [19, ['/usr/bin', '/pg/18', '/pg/17', '/pg/15', '/pg/14']],
])('for a server of PostgreSQL %s its own programs come first, then the next newer ones', (server, order) => {
  expect(searchOrder(folders, ['/usr/bin'], server)).toEqual(order);
});
