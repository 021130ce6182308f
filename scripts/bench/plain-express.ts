// What `/health` is compared with: the least that express does for an answer in JSON.
import type { AddressInfo } from 'node:net';
import express from 'express';

const server = express()
  .get('/health', (_request, response) => void response.json({ status: 'ok' }))
  .listen(0, '127.0.0.1', () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
