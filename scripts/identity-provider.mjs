// npm run identity-provider: an OpenID provider for development and tests. It listens on this machine alone, and anybody
// who reaches it signs in as anybody, without a password.
//   (nothing)             serves; SIGUSR2 makes it sign with a new key and withdraw the old one
//   token <account>       signs in at a running one, as a browser does, and prints the access token
//   people <partnership>  prints the people.csv by which `npm run load` lets its accounts in
import { parseArgs } from "node:util";
import { accountsOf, MACHINE, peopleFile } from "./identity-provider/accounts.mjs";
import { signIn } from "./identity-provider/sign-in.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string", default: "4010" } },
});
const [command = "serve", name = ""] = positionals;
const issuer = `http://127.0.0.1:${values.port}`;

function fail(message) {
  console.error(`identity provider: ${message}`);
  process.exit(1);
}

async function serve() {
  const { startProvider } = await import("./identity-provider/provider.mjs");
  const { server, rotate } = await startProvider(issuer, Number(values.port)).catch((error) =>
    fail(error.code === "EADDRINUSE" ? `port ${values.port} is taken; give another: --port 4011` : error.message),
  );
  console.log(
    "identity provider: FOR DEVELOPMENT ONLY. Anybody on this machine signs in as anybody, without a password.",
  );
  console.log(`  issuer    ${issuer} (AUTH_ISSUER=${issuer} AUTH_AUDIENCE=golden-thread)`);
  console.log(
    `  accounts  ${accountsOf().length}, those of the demonstration; a token: node scripts/identity-provider.mjs token <account>`,
  );
  console.log(`  machine   client ${MACHINE.id} with secret ${MACHINE.secret}, grant client_credentials`);
  process.on("SIGUSR2", () => void rotate().then((kid) => console.log(`identity provider: signs with key ${kid}`)));
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  console.log(`identity provider: ready at ${issuer}`);
}

if (!/^\d{1,5}$/.test(values.port)) fail("--port is a number, such as 4010");
else if (command === "serve") await serve();
else if (command === "token") await signIn(issuer, name).then(console.log, (error) => fail(error.message));
else if (command === "people") {
  try {
    process.stdout.write(peopleFile(name, issuer));
  } catch (error) {
    fail(error.message);
  }
} else fail("the commands are: serve, token <account>, people <partnership>");
