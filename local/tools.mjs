// The tools that only some machines need: each with how to ask for its version and what to install when it is missing.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from './trouble.mjs';

/**
 * @typedef {{ name: string, command: string, ask: string[], atLeast?: string, install: string }} Tool
 * @typedef {{ tool: Tool, version: string | undefined, good: boolean }} Seen
 */

/** @satisfies {Record<string, Tool>} */
export const tools = {
  cargo: {
    name: 'Rust',
    command: 'cargo',
    ask: ['--version'],
    atLeast: '1.85',
    install: 'install it with rustup (https://rustup.rs)',
  },
  cc: {
    name: 'A C linker',
    command: 'cc',
    ask: ['--version'],
    install:
      'Debian and Ubuntu: apt install build-essential; Fedora: dnf install gcc; macOS: xcode-select --install',
  },
  go: {
    name: 'Go',
    command: 'go',
    ask: ['version'],
    atLeast: '1.21',
    install: 'install it from https://go.dev/dl',
  },
  java: {
    name: 'Java',
    command: 'java',
    ask: ['-version'],
    atLeast: '11',
    install: 'install a JDK, for example Temurin from https://adoptium.net',
  },
  java17: {
    name: 'Java',
    command: 'java',
    ask: ['-version'],
    atLeast: '17',
    install: 'install a JDK, for example Temurin from https://adoptium.net',
  },
  mvn: {
    name: 'Maven',
    command: 'mvn',
    ask: ['--version'],
    atLeast: '3.6',
    install: 'install it from https://maven.apache.org or your package manager (package "maven")',
  },
};

/** @param {string} version @param {string} least @returns {boolean} */
export function isAtLeast(version, least) {
  const [have, need] = [version, least].map((text) => text.split('.').map(Number));
  for (const [place, wanted] of (need ?? []).entries()) {
    const part = have?.[place] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** @param {string} command @returns {string | undefined} its file */
export function onPath(command) {
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, command)).find((file) => existsSync(file));
}

/** @param {string} command @param {string[]} args @returns {Promise<string | undefined>} what it said; undefined when it is absent or fails */
export function answerOf(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve(error ? undefined : `${stdout}${stderr}`),
    );
  });
}

/** @param {Tool} tool @returns {Promise<Seen>} */
export async function look(tool) {
  const answer = await answerOf(tool.command, tool.ask);
  if (answer === undefined) return { tool, version: undefined, good: false };
  const version = /\d+(\.\d+)+/.exec(answer)?.[0];
  return {
    tool,
    version,
    good: tool.atLeast === undefined || (version !== undefined && isAtLeast(version, tool.atLeast)),
  };
}

/** @param {Seen} seen @param {string} what needs it */
export function lack({ tool, version }, what) {
  const missing =
    version === undefined
      ? `is missing (no working "${tool.command}" on PATH)`
      : `is ${version}; ${tool.atLeast} or newer is needed`;
  return `${tool.name} ${missing}, for the ${what}: ${tool.install}.`;
}

const NODE_AT_LEAST = '20.19';

export function checkNode() {
  if (isAtLeast(process.versions.node, NODE_AT_LEAST)) return;
  throw new Trouble(
    `Node ${process.versions.node} runs this, and ${NODE_AT_LEAST} or newer is needed: install it from https://nodejs.org.`,
  );
}

export function checkSystem() {
  if (process.platform !== 'win32') return;
  throw new Trouble('The local servers run on Linux and macOS; on Windows, use WSL.');
}
