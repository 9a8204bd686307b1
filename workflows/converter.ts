// The payload converter of workers and clients. What it cannot read becomes a value, which is refused by an event:
// a decoding error inside a workflow would fail its task again and again, and the incident would stand still.
import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';

export interface Undecodable {
  undecodable: true;
  reason: string;
}

/** Whoever sends such a value by hand gets no further by it: its other content is never looked at. */
export const isUndecodable = (value: unknown): value is Undecodable =>
  typeof value === 'object' && value !== null && (value as Partial<Undecodable>).undecodable === true;

/** What is said of it: never words of its own, which could be anything. */
export const NOT_DECODED = 'The payload is not JSON that can be read.';

export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload<T>(
    payload: Payload,
    context?: Parameters<PayloadConverter['fromPayload']>[1],
    hint?: never,
  ): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload, context, hint);
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unreadable';
      const undecodable: Undecodable = {
        undecodable: true,
        reason: `${reason}: the payload is not JSON that can be read`,
      };
      return undecodable as T;
    }
  },
};
