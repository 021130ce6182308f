import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Nothing may be loaded, framed, sniffed or cached; served over plain HTTP, so nothing that asks for HTTPS. */
export function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  return (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    protect(request, response, next);
  };
}
