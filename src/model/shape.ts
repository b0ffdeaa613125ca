/**
 * The static type of an output or observation, as far as `validate` knows it. `any` is what only the run can
 * tell (rows of a query, parsed JSON); a reference into it is not checked.
 */
export type Shape =
  | 'string'
  | 'int'
  | 'double'
  | 'bool'
  | 'null'
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly nullable: Shape };
