// The policies that are shipped, as an orchestrator reads them from their folder.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Authority } from '../../authority/authority.ts';
import { type PolicyFolder, readFolder } from '../../authority/folder.ts';

const FILES = ['runbook.yaml', 'people.yaml', 'authority.cedar'] as const;

export const shippedTexts = (name: 'default' | 'small'): Record<(typeof FILES)[number], string> => {
  const text = (file: string) =>
    readFileSync(path.resolve(import.meta.dirname, '../../runbooks', name, file), 'utf8');
  return {
    'runbook.yaml': text('runbook.yaml'),
    'people.yaml': text('people.yaml'),
    'authority.cedar': text('authority.cedar'),
  };
};

export const shipped = (name: 'default' | 'small'): PolicyFolder => readFolder(shippedTexts(name), name);

export const shippedAuthority = (): Authority => shipped('default').authority;
