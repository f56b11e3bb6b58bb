import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach, beforeAll } from 'vitest';
import { loadLanguage } from '../i18n/text';

beforeAll(() => loadLanguage('en'));
afterEach(cleanup);

// jsdom has no scrolling; the router restores positions.
window.scrollTo = () => undefined;
