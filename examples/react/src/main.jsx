import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import Dashboard from './Dashboard.jsx';
import SSEExample from './SSEExample.jsx';
import './style.css';

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <h1>MPStream in React</h1>
    <SSEExample />
    <Dashboard />
  </StrictMode>,
);
