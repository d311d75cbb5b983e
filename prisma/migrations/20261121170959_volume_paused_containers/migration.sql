-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Volume" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "driver" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "anonymous" BOOLEAN NOT NULL,
    "labelsJson" TEXT NOT NULL,
    "optionsJson" TEXT NOT NULL,
    "pausedJson" TEXT NOT NULL DEFAULT '[]',
    "createdAt" DATETIME NOT NULL
);
INSERT INTO "new_Volume" ("anonymous", "createdAt", "driver", "labelsJson", "name", "optionsJson", "state") SELECT "anonymous", "createdAt", "driver", "labelsJson", "name", "optionsJson", "state" FROM "Volume";
DROP TABLE "Volume";
ALTER TABLE "new_Volume" RENAME TO "Volume";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
