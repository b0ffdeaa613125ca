/** Whether a value that JSON.parse gave is nested deeper than this: who walks it then would exhaust the stack. */
export const isNestedDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inside) => isNestedDeeper(inside, levels - 1)));
