import '@shared/tokens.css';
import '@shared/base.css';
import './parts/parts.css';
import './shell/shell.css';
import { match } from '@shared/i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './queries';
import { router } from './router';
import { changeLanguage } from './texts';

const place = document.getElementById('root');
if (place) {
  await changeLanguage(match([localStorage.getItem('language') ?? '', ...navigator.languages]));
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
