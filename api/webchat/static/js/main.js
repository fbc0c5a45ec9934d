/** Starts the page. */

import { Chat } from "./chat.js";

new Chat().open();
