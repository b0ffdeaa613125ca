/** A file of a bundle stands at most this many folders deep, its own name counted. */
const deepest = 32;

/**
 * Whether a relative path can stand in the evidence as it is written: no name that sha256sum would have to escape or
 * that is no UTF-8, none that leads elsewhere, one spelling for each file.
 */
export const isPlainPath = (path: string): boolean => {
  const parts = path.split('/');
  return (
    path.length < 4096 &&
    !/[\p{Cc}\\\ufffd]/u.test(path) &&
    parts.length <= deepest &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..')
  );
};
