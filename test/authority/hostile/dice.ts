// Choices that a property has drawn: the same numbers make the same hostile input, so that what fails can be tried again.
import fc from 'fast-check';

export class Dice {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** From 0 up to, without, `sides`. */
  below(sides: number): number {
    const drawn = this.numbers[this.at++ % this.numbers.length] ?? 0;
    return drawn % sides;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Lower-case hex. */
  hex(letters: number): string {
    return Array.from({ length: letters }, () => this.below(16).toString(16)).join('');
  }
}

export const numbers = fc.array(fc.nat(1_000_000), { minLength: 24, maxLength: 24 });

/** Examples for a property over kinds: whatever is drawn, each kind has been tried. */
export const everyKindOnce = (kinds: readonly string[]): [string, number[]][] =>
  kinds.map((kind, i) => [kind, Array.from({ length: 24 }, (_, n) => n * 7 + i)]);
