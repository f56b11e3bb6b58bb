import './ui/tokens.css';
import './ui/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { setOnUnauthenticated } from './api/client';
import type { Failure } from './api/failure';
import { basePath } from './app/base';
import { startKeyboard } from './app/keyboard';
import { makeRouter } from './app/router';
import { getSettings, startSettings, useSettings } from './app/settings';
import { zone } from './app/zones';
import { language, loadLanguage, preferredLanguage } from './i18n/text';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Failure;
  }
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream says when to read anew (api/live.ts).
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // Once more where a second attempt may go better: not reached, or overloaded.
      retry: (count, failure) => count < 2 && (failure.status === 0 || failure.status === 503),
      retryDelay: (count) => 300 * 2 ** count,
    },
  },
});
const router = makeRouter();

setOnUnauthenticated(() => {
  const { pathname, search, hash } = router.history.location;
  const here = `/${pathname.slice(basePath().length)}${search}${hash}`;
  if (here.startsWith('/login')) return;
  client.clear();
  router.history.replace(`${basePath()}login?next=${encodeURIComponent(here)}`);
});

function App() {
  useSettings();
  // Another language or zone is another page: all of it is rendered anew.
  return <RouterProvider key={`${language()} ${zone()}`} router={router} />;
}

async function start() {
  startSettings();
  startKeyboard();
  await loadLanguage(preferredLanguage(getSettings().language, navigator.languages));
  const root = document.querySelector('#root');
  if (!root) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
