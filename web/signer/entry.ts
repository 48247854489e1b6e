import '@shared/tokens.css';
import '@shared/base.css';
import './pages.css';
