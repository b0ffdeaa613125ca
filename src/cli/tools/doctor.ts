import { execFile } from 'node:child_process';
import { detectContainment } from '../../adapters/process/containment.js';
import { findProgram, fixedPath } from '../../adapters/process/find.js';
import type { EngineHere } from '../../doctor/engine.js';
import { examine, type Machine } from '../../doctor/examine.js';
import { renderExamination } from '../../doctor/render.js';
import { fitted } from '../io.js';
import { dockerHere } from '../targets/containers.js';
import { operatorEngine } from '../here/environment.js';

const versionMs = 5000;
const engineMs = 5000;

/** A program that prints its version elsewhere than on stdout, or not at all, is present all the same. */
function versionLine(path: string): Promise<string | null> {
  const env = { PATH: fixedPath, LANG: 'C.UTF-8' };
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: versionMs, env }, (error, stdout) =>
      resolve(error ? null : (stdout.split('\n', 1)[0] ?? null)),
    );
  });
}

function engineHere(): EngineHere {
  const docker = dockerHere();
  return {
    host: docker.host,
    named: operatorEngine().dockerHost !== undefined,
    ask: () => docker.engine({ timeoutMs: engineMs, signal: new AbortController().signal }),
  };
}

function thisMachine(): Machine {
  return {
    platform: process.platform,
    isRoot: process.geteuid?.() === 0,
    node: { version: process.versions.node, path: process.execPath },
    find: (program) => findProgram(program, fixedPath),
    versionLine,
    containment: () => detectContainment(),
    engine: engineHere(),
  };
}

/** Below the column in which its words begin; a command to copy, which is indented, stays one line. */
const onScreen = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      line.startsWith('  ') ? line : fitted(process.stdout, line, line.startsWith('containment') ? 13 : 31),
    )
    .join('\n');

/** `gatebook doctor [--json]`: what to print on stdout, and the exit code: 0, or 4 where something required is missing. */
export async function doctor(options: {
  readonly json: boolean;
}): Promise<{ readonly output: string; readonly exitCode: 0 | 4 }> {
  const examination = await examine(thisMachine());
  const output = options.json
    ? `${JSON.stringify(examination, null, 2)}\n`
    : onScreen(renderExamination(examination));
  return { output, exitCode: examination.ready ? 0 : 4 };
}
