import '@shared/tokens.css';
import '@shared/base.css';
import './parts/parts.css';
import './shell/shell.css';
import { api } from '@shared/api/client';
import { match } from '@shared/i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { noteStep } from './parts/arrival';
import { queries } from './queries';
import { router } from './router';
import { repeating } from './session';
import { changeLanguage } from './texts';
import { applyTheme } from './theme';

const place = document.getElementById('root');
if (place) {
  applyTheme();
  api.use(repeating);
  noteStep(location.pathname, true);
  router.history.subscribe(({ location, action }) => noteStep(location.pathname, action.type === 'REPLACE'));
  await changeLanguage(match([localStorage.getItem('language') ?? '', ...navigator.languages]));
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
