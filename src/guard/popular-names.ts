import type { Ecosystem } from './new-dependencies.ts';

/** Packages that nearly everybody knows, written down by hand: names that others are made to look like. */
const npm = `
express koa fastify hapi restify connect react react-dom react-router react-router-dom react-redux react-native
react-scripts react-query react-hook-form react-icons react-table react-select preact inferno vue vuex vue-router pinia
nuxt next svelte solid-js angular lit alpinejs jquery backbone ember-cli redux redux-thunk redux-saga reselect immer
immutable zustand jotai recoil mobx rxjs xstate lodash lodash-es underscore ramda async bluebird axios request got
node-fetch superagent undici cross-fetch isomorphic-fetch ky needle chalk colors kleur picocolors ansi-colors ansi-regex
ansi-styles strip-ansi supports-color commander yargs minimist meow cac oclif inquirer prompts enquirer ora debug winston
pino bunyan log4js morgan loglevel signale dotenv dotenv-expand cross-env cross-spawn execa shelljs rimraf mkdirp glob
globby fast-glob minimatch micromatch picomatch tinyglobby chokidar fs-extra graceful-fs del cpy archiver tar unzipper
jszip body-parser cookie-parser cookie cors helmet compression multer passport express-session express-validator
express-rate-limit jsonwebtoken bcrypt bcryptjs argon2 uuid nanoid shortid cuid crypto-js node-forge moment
moment-timezone dayjs date-fns luxon ms semver validator joi yup zod ajv io-ts superstruct class-validator
class-transformer reflect-metadata typeorm sequelize knex mongoose mongodb mysql mysql2 pg sqlite3 better-sqlite3 redis
ioredis prisma drizzle-orm objection bull bullmq agenda node-cron cron amqplib kafkajs nats socket.io socket.io-client ws
engine.io graphql graphql-tag graphql-request apollo-server apollo-client urql relay-runtime typescript ts-node tsx
tslib ts-jest ts-loader tsup tsc-watch esbuild rollup webpack webpack-cli webpack-dev-server parcel vite vitest turbo
nx lerna gulp gulp-cli grunt browserify babel-core babel-loader babel-jest babel-eslint core-js regenerator-runtime
jest jest-environment-jsdom mocha chai sinon ava tape tap jasmine karma cypress playwright puppeteer supertest nock msw
nyc c8 istanbul eslint eslint-plugin-react eslint-plugin-import eslint-config-prettier eslint-config-airbnb prettier
tslint stylelint husky lint-staged commitlint nodemon pm2 concurrently npm-run-all npm yarn pnpm serve http-server
http-proxy http-proxy-middleware http-errors mime mime-types qs query-string path-to-regexp iconv-lite cheerio jsdom
marked markdown-it showdown remark rehype handlebars mustache ejs pug nunjucks sass node-sass less stylus postcss
postcss-loader autoprefixer tailwindcss cssnano css-loader style-loader sass-loader file-loader url-loader
html-webpack-plugin styled-components bootstrap bulma antd three d3 chart.js echarts leaflet gsap animate.css swiper
nodemailer aws-sdk firebase firebase-admin stripe twilio openai discord.js telegraf electron electron-builder sharp
jimp canvas pdfkit exceljs xlsx papaparse csv-parse js-yaml yaml toml ini xml2js fast-xml-parser cosmiconfig rc
event-stream eventemitter3 through2 readable-stream inherits once wrappy safe-buffer buffer process util events
path-browserify url-parse whatwg-fetch form-data mime-db bn.js elliptic ethers web3 classnames clsx prop-types
framer-motion formik final-form i18next react-i18next storybook lint p-limit p-queue p-retry p-map fast-check
simple-git isomorphic-git gray-matter ollama langchain opossum lru-cache node-cache keyv acorn espree esprima escodegen
estraverse recast jscodeshift magic-string source-map source-map-support terser uglify-js tapable enhanced-resolve
resolve is-promise is-number is-odd left-pad kind-of extend merge deepmerge object-assign fast-deep-equal colorette
cli-progress boxen figlet open ua-parser-js qrcode bignumber.js decimal.js mathjs big.js jsonc-parser diff
@types/node @types/react @types/react-dom @types/jest @types/lodash @types/express @types/mocha @babel/core
@babel/preset-env @babel/preset-react @babel/preset-typescript @babel/runtime @babel/cli @babel/parser @angular/core
@angular/common @angular/cli @angular/router @nestjs/core @nestjs/common @nestjs/cli @typescript-eslint/parser
@typescript-eslint/eslint-plugin @vitejs/plugin-react @vue/cli @vue/compiler-sfc @reduxjs/toolkit @mui/material
@mui/icons-material @emotion/react @emotion/styled @tanstack/react-query @testing-library/react
@testing-library/jest-dom @testing-library/user-event @apollo/client @apollo/server @prisma/client @aws-sdk/client-s3
@octokit/rest @octokit/core @sentry/node @sentry/browser @sentry/react @google-cloud/storage @azure/identity
@storybook/react @swc/core @swc/jest @jest/globals @jest/core @playwright/test @rollup/plugin-node-resolve
@eslint/js @hapi/hapi @fastify/cors @supabase/supabase-js @stripe/stripe-js @changesets/cli @biomejs/biome
@anthropic-ai/sdk @ai-sdk/openai @modelcontextprotocol/sdk @sveltejs/kit @remix-run/react @tailwindcss/forms
@popperjs/core @fortawesome/fontawesome-free @hookform/resolvers @radix-ui/react-dialog @headlessui/react
@huggingface/inference @slack/web-api @discordjs/rest @secretlint/core`;

const pypi = `
requests urllib3 certifi idna chardet charset-normalizer httpx aiohttp flask django fastapi starlette uvicorn gunicorn
tornado bottle sanic pyramid jinja2 markupsafe werkzeug click typer rich colorama tqdm pyyaml toml tomli python-dotenv
pydantic attrs marshmallow numpy scipy pandas matplotlib seaborn plotly scikit-learn tensorflow torch torchvision keras
transformers datasets tokenizers huggingface-hub accelerate diffusers sentencepiece nltk spacy gensim xgboost lightgbm
opencv-python pillow imageio beautifulsoup4 lxml html5lib selenium playwright scrapy pytest pytest-cov pytest-mock
pytest-asyncio pytest-xdist tox nox coverage hypothesis mock faker factory-boy black flake8 pylint mypy isort ruff
bandit pre-commit setuptools wheel pip virtualenv pipenv poetry twine build six python-dateutil pytz tzdata arrow
pendulum simplejson ujson orjson msgpack protobuf grpcio boto3 botocore s3transfer awscli google-cloud-storage
azure-storage-blob azure-identity sqlalchemy alembic psycopg2 psycopg2-binary pymysql pymongo redis celery kombu
elasticsearch cryptography pycryptodome bcrypt passlib pyjwt paramiko fabric ansible docker kubernetes openai anthropic
langchain tiktoken ollama jupyter notebook ipython ipykernel sympy networkx statsmodels dask polars pyarrow openpyxl
xlrd xlsxwriter reportlab pypdf2 pygments sphinx mkdocs markdown docutils packaging filelock platformdirs psutil
watchdog loguru structlog sentry-sdk prometheus-client jsonschema more-itertools cffi pycparser decorator wrapt
cachetools tenacity retrying gevent greenlet eventlet websockets websocket-client pyserial pexpect gitpython
colorlog tabulate termcolor jmespath rsa pyasn1 oauthlib requests-oauthlib python-jose itsdangerous blinker`;

const crates = `
serde serde_json serde_yaml serde_derive tokio async-std futures hyper reqwest axum actix-web warp rocket tower tonic
prost clap structopt anyhow thiserror eyre log env_logger tracing tracing-subscriber rand regex lazy_static once_cell
chrono time uuid base64 hex sha2 md5 ring rustls openssl native-tls bytes itertools rayon crossbeam parking_lot dashmap
indexmap hashbrown smallvec bitflags cfg-if libc winapi nix syn quote proc-macro2 criterion proptest tempfile walkdir
glob toml config diesel sqlx rusqlite sea-orm redis mongodb bincode flate2 zip tar url http mime semver num num-traits
nom pest logos wasm-bindgen web-sys js-sys image ratatui crossterm indicatif colored dotenvy rust_decimal`;

const listed: Partial<Record<Ecosystem, ReadonlySet<string>>> = {
  npm: asSet(npm),
  pypi: asSet(pypi),
  crates: asSet(crates),
};

const none: ReadonlySet<string> = new Set();

export function popularNames(ecosystem: Ecosystem): ReadonlySet<string> {
  return listed[ecosystem] ?? none;
}

function asSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).filter((word) => word !== ''));
}
