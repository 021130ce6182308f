import type { JSX } from 'preact';
import { h } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const key = 'ticketmill-theme';
const names: Record<Theme, string> = { auto: 'Auto', light: 'Light', dark: 'Dark' };

/** A switch over what the system prefers, light and dark; kept in this browser. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(readTheme);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    keep(theme);
  }, [theme]);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  return h(
    'button',
    {
      type: 'button',
      class: 'button small theme',
      'aria-label': `Colours: ${names[theme]}. Change to ${names[next]}`,
      onClick: () => setTheme(next),
    },
    names[theme],
  );
}

function readTheme(): Theme {
  const kept = attempt(() => localStorage.getItem(key));
  return themes.find((each) => each === kept) ?? 'auto';
}

function keep(theme: Theme): void {
  attempt(() => localStorage.setItem(key, theme));
}

/** A browser may forbid to keep anything. */
function attempt<Value>(act: () => Value): Value | null {
  try {
    return act();
  } catch {
    return null;
  }
}
