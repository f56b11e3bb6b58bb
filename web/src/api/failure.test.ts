import { expect, test } from 'vitest';
import { asFailure, failureOf } from './failure';

test('a text', () => {
  const failure = failureOf(404, { detail: 'The Dag with ID: `x` was not found' }, 'GET /api/v2/dags/x');
  expect(failure.sentences).toEqual(['The Dag with ID: `x` was not found.']);
  expect(failure.status).toBe(404);
});

test('a list of validation errors names the fields', () => {
  const failure = failureOf(422, {
    detail: [
      { loc: ['body', 'conf', 'limit'], msg: 'Input should be a valid integer', type: 'int_type' },
      { loc: ['body'], msg: 'Field required', type: 'missing' },
    ],
  });
  expect(failure.sentences).toEqual(['conf.limit: Input should be a valid integer.', 'Field required.']);
  expect(failure.of('conf.limit')).toBe('Input should be a valid integer');
  expect(failure.of('other')).toBeUndefined();
});

test('an object with a reason', () => {
  const failure = failureOf(409, { detail: { reason: 'Unique constraint violation', message: 'the run exists' } });
  expect(failure.sentences).toEqual(['Unique constraint violation: the run exists.']);
});

test('what is none of these is no sentence, and nothing breaks', () => {
  for (const body of [undefined, null, 3, {}, { detail: null }, { detail: [1, null] }]) {
    expect(failureOf(500, body).sentences).toEqual([]);
  }
  expect(failureOf(502, '<html>').sentences).toEqual(['<html>.']);
  expect(asFailure(new TypeError('x is undefined')).sentences).toEqual(['x is undefined.']);
});
