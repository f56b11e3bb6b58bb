import type { Schemas } from '../../../api/client';
import type { Role } from '../../../app/routes';

export type User = Schemas['UserResponse'];

export const ROLES: readonly Role[] = ['viewer', 'user', 'op', 'admin'];
export const MIN_PASSWORD = 8;

const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'; // none that look alike

/** A password to hand on: 20 letters and digits by the browser's cryptographic generator. */
export function makePassword(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(20));
  return Array.from(numbers, (number) => LETTERS[number % LETTERS.length]).join('');
}
