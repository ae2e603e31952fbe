import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/shell.css";
import "./styles/dock.css";
import "./styles/login.css";
import "./styles/table.css";
import "./styles/task-list.css";
import "./styles/bulk.css";
import "./styles/new-task.css";
import "./styles/batches.css";
import "./styles/records.css";
import "./styles/runners.css";
import "./styles/queues.css";
import "./styles/schedules.css";
import "./styles/task.css";
import "./styles/task-stuck.css";
import "./styles/relations.css";
import "./styles/task-items.css";
import "./styles/task-log.css";
import "./styles/task-chart.css";
import "./styles/task-events.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
