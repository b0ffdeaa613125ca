/** An SQL identifier, always quoted (PostgreSQL docs, 4.1.1). */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An SQL string constant; needs standard_conforming_strings, which every session of ours has. */
export const quoteLiteral = (text: string): string =>
  text.includes('\\')
    ? ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;

export const quoteQualified = (schema: string, name: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
