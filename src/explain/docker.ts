import type { Explanation } from './entry.js';

const image = 'sha256:4aea012537edfad80f98d870a36e6b90b4c09b27be7f4b4759d72db863baeebb';
const inside = (name: string): string => `commands:
  C-01:
    title: Look around in a container
    effect: create
    timeout: 2m
    guards:
      G-01:
        title: enough free disk
        probe: {disk: {path: "\${{ run.work }}"}}
        expect: {free_bytes: {gte: 1000}}
    do:
      - docker.container: {name: box, image: ${image}, argv: [sleep, infinity]}
        as: box
      - exec: {argv: [uname, -r], in: ${name}}
teardown:
  C-09:
    title: Destroy
    do:
      - destroy: [box]
`;

/** GB2312: what is made on a container engine. */
export const docker: readonly Explanation[] = [
  {
    code: 'GB2312',
    title: 'a container, network or volume that nothing makes',
    explanation:
      'A run enters, joins and mounts only what it made itself, in an earlier action, by its `as` name.',
    wrong: inside('bax'),
    right: inside('box'),
  },
];
