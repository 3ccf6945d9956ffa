select 1;﻿
