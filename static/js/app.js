// Everything here only makes pages nicer: each page reads, links and posts without it.
import { startToasts } from "./announce.js";
import { startLikes } from "./like.js";
import { startDoubleTap } from "./doubletap.js";
import { startDialogs } from "./dialog.js";
import { startReels } from "./reel.js";
import { startLists } from "./more.js";
import { startTheme } from "./theme.js";
import { startKeys } from "./keys.js";
import { startForms } from "./forms.js";
import { startPictures } from "./picture.js";
import { startWords } from "./words.js";
import { startBar } from "./bar.js";
import { startMoving } from "./moving.js";

startToasts();
startLikes();
startDoubleTap();
startDialogs();
startReels();
startLists();
startTheme();
startKeys();
startForms();
startPictures();
startWords();
startBar();
startMoving();
