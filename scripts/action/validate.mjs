// First step: every mistake in the runbooks, as annotations or as a SARIF file. It fails nothing; the next step decides.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotate, host, input, refuse, setOutput } from './host.mjs';
import { gatebook } from './programs.mjs';

const where = input('paths')
  .split(/\s+/)
  .filter((path) => path !== '');
const format = input('format');
if (!['github', 'sarif'].includes(format)) refuse(`format: ${format} is neither github nor sarif`);

const shown = gatebook('validate', '--format', format, '--', ...where);
if (![0, 3].includes(shown.code)) refuse(`gatebook validate couldn't be carried out:\n${shown.stderr}`);
if (format === 'sarif') {
  const file = join(host.temporary, 'gatebook.sarif');
  writeFileSync(file, shown.stdout);
  setOutput('sarif', file);
} else process.stdout.write(shown.stdout);
process.stderr.write(shown.stderr);

const counted = gatebook('validate', '--format', 'json', '--', ...where);
const { diagnostics } = JSON.parse(counted.stdout);
const count = (severity) => diagnostics.filter((found) => found.severity === severity).length;
const errors = count('error');
setOutput('errors', errors);
setOutput('warnings', count('warning'));
if (format === 'sarif' && errors > 0) annotate('notice', `${errors} errors, in the SARIF file`);
