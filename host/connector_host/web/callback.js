// Tells the page that opened this window how the sign-in ended. Only pages of this origin hear it.
const { state, name, error } = document.currentScript.dataset;
const channel = new BroadcastChannel("connector-sign-in");
channel.postMessage({ state, name, error: JSON.parse(error) });
channel.close();
