// The function that rotates a secret, played by a second client, for the emulator runs none: its four steps ("Lambda rotation functions"), one
// at each call of `step`, with the token that the rotation was asked for with.
import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
type Step = (typeof STEPS)[number];

export class RotationFunction {
  /** The step at which it ends for good, as a function with a mistake does. */
  failsAt: Step | null = null;
  /** It gives the old value out again. */
  copies = false;
  /** What the service takes, as `setSecret` has told it. */
  taken: string[] = [];
  readonly done: Step[] = [];
  readonly #secrets: SecretsManagerClient;
  readonly #secret: string;
  #token: string | null = null;
  #at = 0;

  constructor(secrets: SecretsManagerClient, secret: string) {
    this.#secrets = secrets;
    this.#secret = secret;
  }

  /** AWS asks it once for a token, however often the rotation is asked for. */
  asked(token: string): void {
    if (token !== this.#token) this.#at = 0;
    this.#token = token;
  }

  async step(): Promise<void> {
    const step = STEPS[this.#at];
    if (this.#token === null || step === undefined || step === this.failsAt) return;
    await this[step](this.#token);
    this.done.push(step);
    this.#at += 1;
  }

  async createSecret(token: string): Promise<void> {
    const SecretString = this.copies
      ? await this.#value('AWSCURRENT')
      : `made-by-the-function-${randomBytes(16).toString('hex')}`;
    await this.#secrets.send(
      new PutSecretValueCommand({
        SecretId: this.#secret,
        ClientRequestToken: token,
        SecretString,
        VersionStages: ['AWSPENDING'],
      }),
    );
  }

  async setSecret(): Promise<void> {
    this.taken = [await this.#value('AWSPENDING')];
  }

  async testSecret(): Promise<void> {
    if (!this.taken.includes(await this.#value('AWSPENDING')))
      throw new Error('the service does not take it');
  }

  async finishSecret(token: string): Promise<void> {
    const { VersionIdsToStages } = await this.#secrets.send(
      new DescribeSecretCommand({ SecretId: this.#secret }),
    );
    const current = Object.entries(VersionIdsToStages ?? {}).find(([, stages]) =>
      stages.includes('AWSCURRENT'),
    );
    await this.#secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.#secret,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token,
        RemoveFromVersionId: current?.[0],
      }),
    );
  }

  async #value(VersionStage: string): Promise<string> {
    const { SecretString } = await this.#secrets.send(
      new GetSecretValueCommand({ SecretId: this.#secret, VersionStage }),
    );
    return SecretString ?? '';
  }
}
