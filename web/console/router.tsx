import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { auditSearch, messagesSearch, usersSearch } from './routes/admin/search';
import { envelopeSearch } from './routes/envelope/search';
import { homeSearch, newSearch } from './routes/home/search';
import { signInSearch } from './routes/signin/search';
import { Broken, NotFound, Pending } from './shell/Fallbacks';
import { Shell } from './shell/Shell';
import { forWriters } from './shell/Writing';
import { loadTexts } from './texts';

const root = createRootRoute({ component: Shell });

const envelopeTexts = () => loadTexts('envelope');
const editorTexts = () => loadTexts('editor');
const adminTexts = () => loadTexts('admin');

// One line a screen; each is a chunk of its own. Search parameters are the filters, so that a view can be shared.
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: homeSearch,
    component: lazyRouteComponent(() => import('./routes/home/Home'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/envelopes/$envelope',
    validateSearch: envelopeSearch,
    loader: envelopeTexts,
    component: lazyRouteComponent(() => import('./routes/envelope/Envelope'), 'Envelope'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/new',
    validateSearch: newSearch,
    loader: editorTexts,
    component: forWriters(lazyRouteComponent(() => import('./routes/editor/NewEnvelope'), 'NewEnvelope')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/envelopes/$envelope/edit',
    loader: editorTexts,
    component: forWriters(lazyRouteComponent(() => import('./routes/editor/Editor'), 'Editor')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/account',
    component: lazyRouteComponent(() => import('./routes/account/Account'), 'Account'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: signInSearch,
    component: lazyRouteComponent(() => import('./routes/signin/SignIn'), 'SignIn'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/messages',
    validateSearch: messagesSearch,
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/messages/Messages'), 'Messages'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/users',
    validateSearch: usersSearch,
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/users/Users'), 'Users'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/api-keys',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/apikeys/APIKeys'), 'APIKeys'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/certificates',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/certificates/Certificates'), 'Certificates'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    validateSearch: auditSearch,
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/audit/Audit'), 'Audit'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/settings/Settings'), 'Settings'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/branding',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/branding/Branding'), 'Branding'),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultPendingComponent: Pending,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
