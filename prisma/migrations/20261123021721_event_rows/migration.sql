-- CreateTable
CREATE TABLE "EventRow" (
    "seq" BIGINT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "type" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "objectId" TEXT NOT NULL,
    "objectName" TEXT,
    "attributesJson" TEXT NOT NULL,
    "actor" TEXT,
    "entrance" TEXT,
    "operationId" TEXT
);
