import { expect, test } from 'vitest';
import { fitting } from './configuration';

const sections = [
  {
    name: 'core',
    options: [
      { key: 'parallelism', value: '32', source: 'default' },
      { key: 'dags_folder', value: '/dags', source: 'env var' },
    ],
  },
  { name: 'api', options: [{ key: 'port', value: '8080', source: 'default' }] },
];

test('options are found by section, name and value', () => {
  expect(fitting(sections, '', false)).toEqual(sections);
  expect(fitting(sections, 'CORE par', false)).toEqual([{ name: 'core', options: [sections[0]?.options[0]] }]);
  expect(fitting(sections, '8080', false).map(({ name }) => name)).toEqual(['api']);
  expect(fitting(sections, '', true)).toEqual([{ name: 'core', options: [sections[0]?.options[1]] }]);
  expect(fitting(sections, 'nothing', false)).toEqual([]);
});
