// The analysts' single page app: shows whether the server answers.
const app = document.getElementById("app")!;
fetch("/api/health").then((reply) => reply.json()).then((health: { state: string }) => {
  app.textContent = `Entente is ${health.state}.`;
});
