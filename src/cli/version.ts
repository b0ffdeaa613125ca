import manifest from '../../package.json' with { type: 'json' };

/** The runner's version: part of every plan. */
export const { version } = manifest;
