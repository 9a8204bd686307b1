import { ApplicationFailure } from '@temporalio/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChannelError } from '../../../activities/notify/channel-error.ts';
import { type Channel, notifyActivities, type Way } from '../../../activities/notify/notify.ts';
import { CANARY, notice, wordsOf } from './a-notice.ts';

const AT = '2026-11-24T03:13:01.000Z';

const taking = (name: string, told: string[] = [], trouble?: string): Channel => ({
  name,
  deliver: async () => {
    told.push(name);
    return trouble === undefined ? undefined : { trouble };
  },
});
const failing = (name: string, error: unknown): Channel => ({
  name,
  deliver: async () => Promise.reject(error),
});
const hanging = (name: string, stopped: unknown[] = []): Channel => ({
  name,
  deliver: (_notice, _to, signal) =>
    new Promise(() => signal.addEventListener('abort', () => stopped.push(signal.reason))),
});

const through = (...channels: Channel[]) => {
  const ways: Way[] = channels.map((channel, i) => ({
    reaches: i === 0 ? 'soc' : 'everyone',
    channel,
    to: [],
  }));
  return notifyActivities({ waysOf: async () => ways, now: () => AT }).notify(notice());
};

async function failure(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  return error as ApplicationFailure;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('one way after another', () => {
  it('the first that takes it is enough', async () => {
    const told: string[] = [];
    expect(await through(taking('pager', told), taking('mail', told))).toEqual({
      delivered: { to: 'soc', channel: 'pager', at: AT },
      failed: [],
    });
    expect(told).toEqual(['pager']);
  });

  it('one that fails falls to the next, and what failed is said, in order', async () => {
    const down = new ChannelError('it answered 503');
    const gone = new ChannelError('it answered 410', { permanent: true });
    expect(await through(failing('pager', down), failing('chat', gone), taking('mail'))).toEqual({
      delivered: { to: 'everyone', channel: 'mail', at: AT },
      failed: [
        { channel: 'pager', reason: 'it answered 503' },
        { channel: 'chat', reason: 'it answered 410' },
      ],
    });
  });

  it('what was taken only in part is delivered, and said', async () => {
    const { failed } = await through(taking('mail', [], 'it did not take 1 of 2 addresses'));
    expect(failed).toEqual([{ channel: 'mail', reason: 'it did not take 1 of 2 addresses' }]);
  });

  it('one that hangs takes its share of the time, is stopped, and the last is tried too', async () => {
    vi.useFakeTimers();
    const stopped: unknown[] = [];
    const going = through(hanging('pager', stopped), hanging('chat', stopped), taking('mail'));
    await vi.advanceTimersByTimeAsync(25_000);
    const { delivered, failed } = await going;
    expect(delivered.channel).toBe('mail');
    expect(failed.map(({ reason }) => reason)).toEqual(Array(2).fill('it did not answer within 9 s'));
    expect(stopped).toHaveLength(2);
  });
});

describe('when all fail', () => {
  it('every reason stands in one line, and it is tried again', async () => {
    const error = await failure(
      through(
        failing('pager', new ChannelError('it answered 503')),
        failing('mail', new ChannelError('it answered 410', { permanent: true })),
      ),
    );
    expect(error.message).toBe('No channel took the notice (pager: it answered 503; mail: it answered 410).');
    expect(error).toMatchObject({ type: 'retry', nonRetryable: false });
  });

  it('all for good: it is not tried again', async () => {
    const gone = new ChannelError('it answered 410', { permanent: true });
    const error = await failure(through(failing('pager', gone), failing('mail', gone)));
    expect(error).toMatchObject({ type: 'impossible', nonRetryable: true });
  });

  it('nobody to tell is said', async () => {
    const error = await failure(through());
    expect(error.message).toBe('No channel took the notice (none is set up for whom it is meant).');
    expect(error.nonRetryable).toBe(true);
  });

  it('of an unknown error only its code is said', async () => {
    const coded = Object.assign(new Error(`/var/${CANARY}`), { code: 'ENOSPC', cause: new Error(CANARY) });
    const error = await failure(
      through(failing('file', coded), failing('odd', new Error(CANARY)), failing('odder', CANARY)),
    );
    expect(error.message).toBe(
      'No channel took the notice (file: it failed (ENOSPC); odd: it failed without a known reason; odder: it failed without a known reason).',
    );
    expect(wordsOf(error)).not.toContain(CANARY);
  });
});
