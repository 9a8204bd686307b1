// Every generated file of deploy/aws/, by its name there.
import { cloudFormationText } from './cloudformation.ts';
import { scpText } from './scp.ts';
import { terraformText } from './terraform.ts';

export const FILES: Readonly<Record<string, () => string>> = {
  'custody.template.json': cloudFormationText,
  'custody.tf': terraformText,
  'scp-example.json': scpText,
};
