// Exit 0 if node_modules holds exactly the versions that package-lock.json names, else 1. Plain JavaScript and
// no imports from packages: it runs before there are any. npm keeps what it installed in its hidden lockfile.
import { readFileSync } from 'node:fs';

const packages = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
};

const wanted = packages('package-lock.json');
const present = packages('node_modules/.package-lock.json');
const missing = (name) => {
  const { version, optional, peer } = wanted[name];
  return name !== '' && !optional && !(peer && !present[name]) && present[name]?.version !== version;
};
process.exitCode = wanted && present && !Object.keys(wanted).some(missing) ? 0 : 1;
