// What GitHub tells a step (docs: "Variables reference", "Workflow commands for GitHub Actions"), and how it answers.
import { appendFileSync, readFileSync } from 'node:fs';

const { env } = process;

/** Inputs of action.yml; each stands in a variable of its own, never in a command line. */
export const input = (name) => (env[`GATEBOOK_${name.toUpperCase().replaceAll('-', '_')}`] ?? '').trim();

export const host = {
  action: env.GITHUB_ACTION_PATH ?? '',
  api: env.GITHUB_API_URL ?? 'https://api.github.com',
  repository: env.GITHUB_REPOSITORY ?? '',
  temporary: env.RUNNER_TEMP ?? '.',
  runUrl: `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_REPOSITORY ?? ''}/actions/runs/${env.GITHUB_RUN_ID ?? ''}`,
};

/** The pull request that the job is about: its number and the commit that it wants to be merged into; or null. */
export function pullRequest() {
  const event = env.GITHUB_EVENT_PATH ? JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')) : {};
  const pull = event.pull_request;
  return pull ? { number: Number(pull.number), base: String(pull.base.sha) } : null;
}

/** Values have no line breaks: numbers, paths, URLs. */
export const setOutput = (name, value) =>
  env.GITHUB_OUTPUT && appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);

export const addSummary = (markdown) =>
  env.GITHUB_STEP_SUMMARY && appendFileSync(env.GITHUB_STEP_SUMMARY, `${markdown}\n`);

const escapeData = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** An annotation; `place` is {file, line, col} or nothing. */
export function annotate(level, message, place = {}) {
  const properties = Object.entries(place).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  process.stdout.write(`::${level} ${properties.join(',')}::${escapeData(message)}\n`);
}

/** Ends the step as failed; the sentence is shown beside the job. */
export function refuse(message) {
  annotate('error', message);
  process.exit(1);
}
