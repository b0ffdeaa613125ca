import { databaseParts } from './database.js';
import { relationParts } from './relations.js';
import { typeParts } from './types.js';

/** Every object of a database by kind and name, with its definition, owner and privileges in words. */
export const catalogStatement =
  `SELECT * FROM (${[...relationParts, ...typeParts, ...databaseParts].join('\nUNION ALL')}\n) AS o (kind, name, definition, owner, acl)\n` +
  `ORDER BY kind COLLATE "C", name COLLATE "C", definition COLLATE "C", owner COLLATE "C", acl COLLATE "C"`;
