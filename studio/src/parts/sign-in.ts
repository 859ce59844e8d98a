/** A sign-in in a popup: opened by the click, told apart by its state, heard from by a channel of this origin. */

import { call, Problem } from "../api/client";
import type { JsonObject, ProblemBody } from "../api/types";

export interface SignInRequest {
  name: string;
  connector: string;
  method: string;
  settings: JsonObject;
  app: string | null;
  again?: boolean;
}

interface Outcome {
  state: string;
  name: string;
  error: ProblemBody | null;
}

const problem = (code: string, detail: string, remedy: string) =>
  new Problem({ title: detail, status: 1, detail, remedy, kind: "rejected", code, fields: [] });

/** Sign in; gives the connection's name. To be called in the handler of a click, or the popup is blocked. */
export async function signIn(request: SignInRequest): Promise<string> {
  const popup = window.open("", "connector-sign-in", "popup,width=560,height=720");
  if (!popup) {
    throw problem(
      "POPUP_BLOCKED",
      "The browser blocked the sign-in window.",
      "Allow popups for this page and try again.",
    );
  }
  let begun: { url: string; state: string };
  try {
    begun = await call<{ url: string; state: string }>("POST", "/sign-ins", request);
  } catch (error) {
    popup.close();
    throw error;
  }
  popup.location.href = begun.url;
  return waitFor(begun.state, popup);
}

function waitFor(state: string, popup: Window): Promise<string> {
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel("connector-sign-in");
    const end = () => {
      channel.close();
      clearInterval(timer);
    };
    channel.onmessage = (event: MessageEvent<Outcome>) => {
      const outcome = event.data;
      if (outcome.state !== state) return;
      end();
      popup.close(); // how it ended is said on the page that began it
      if (outcome.error) reject(new Problem(outcome.error));
      else resolve(outcome.name);
    };
    let closedFor = 0;
    const timer = setInterval(() => {
      closedFor = popup.closed ? closedFor + 1 : 0;
      if (closedFor < 3) return; // it may have just told how it ended
      end();
      reject(
        problem("WINDOW_CLOSED", "The sign-in window was closed before the sign-in was finished.", "Start it again."),
      );
    }, 500);
  });
}
