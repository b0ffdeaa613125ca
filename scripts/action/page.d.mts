export const limits: { readonly comment: number; readonly summary: number };
export function page(changes: readonly object[], limit: number, more: string): string;
