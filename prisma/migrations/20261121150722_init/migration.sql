-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "nameKey" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    "passwordChangedAt" DATETIME NOT NULL,
    "lastSignInAt" DATETIME
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tokenHash" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "provedAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "address" TEXT NOT NULL,
    "userAgent" TEXT NOT NULL,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "SetupCode" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "codeHash" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "usedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "valueJson" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "updatedBy" TEXT
);

-- CreateTable
CREATE TABLE "AuditRow" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "environmentId" TEXT NOT NULL,
    "requestId" TEXT NOT NULL,
    "actorId" TEXT,
    "actorName" TEXT NOT NULL,
    "sessionId" TEXT,
    "address" TEXT,
    "action" TEXT NOT NULL,
    "objectType" TEXT,
    "objectId" TEXT,
    "objectName" TEXT,
    "result" TEXT NOT NULL,
    "detailsJson" TEXT NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Operation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "environmentId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "actorId" TEXT,
    "actorName" TEXT NOT NULL,
    "objectType" TEXT,
    "objectId" TEXT,
    "objectName" TEXT,
    "progressJson" TEXT,
    "resultJson" TEXT,
    "errorJson" TEXT,
    "logJson" TEXT NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "finishedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Container" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "configJson" TEXT NOT NULL,
    "processJson" TEXT NOT NULL,
    "mountsJson" TEXT NOT NULL,
    "stateJson" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "manuallyStopped" BOOLEAN NOT NULL,
    "restartCount" INTEGER NOT NULL,
    "createdBy" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Image" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "manifestDigest" TEXT NOT NULL,
    "layersJson" TEXT NOT NULL,
    "platformJson" TEXT NOT NULL,
    "chainId" TEXT,
    "configJson" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "addedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ImageTag" (
    "reference" TEXT NOT NULL PRIMARY KEY,
    "imageId" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "ImageTag_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Snapshot" (
    "key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "parent" INTEGER,
    "chainId" TEXT,
    "diffId" TEXT,
    "owner" TEXT,
    "sizeBytes" BIGINT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Network" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "builtin" BOOLEAN NOT NULL,
    "bridge" TEXT,
    "subnet" TEXT,
    "gateway" TEXT,
    "internal" BOOLEAN NOT NULL,
    "labelsJson" TEXT NOT NULL,
    "optionsJson" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Endpoint" (
    "containerId" TEXT NOT NULL,
    "networkId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "mac" TEXT NOT NULL,
    "hostIf" TEXT NOT NULL,
    "ifName" TEXT NOT NULL,
    "aliasesJson" TEXT NOT NULL,
    "portsJson" TEXT NOT NULL,

    PRIMARY KEY ("containerId", "networkId")
);

-- CreateTable
CREATE TABLE "Volume" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "driver" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "anonymous" BOOLEAN NOT NULL,
    "labelsJson" TEXT NOT NULL,
    "optionsJson" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Ownership" (
    "environmentId" TEXT NOT NULL,
    "objectType" TEXT NOT NULL,
    "objectId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("environmentId", "objectType", "objectId")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_nameKey_key" ON "User"("nameKey");

-- CreateIndex
CREATE UNIQUE INDEX "Session_tokenHash_key" ON "Session"("tokenHash");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE INDEX "AuditRow_at_idx" ON "AuditRow"("at");

-- CreateIndex
CREATE INDEX "AuditRow_action_idx" ON "AuditRow"("action");

-- CreateIndex
CREATE INDEX "AuditRow_objectType_objectId_idx" ON "AuditRow"("objectType", "objectId");

-- CreateIndex
CREATE INDEX "AuditRow_actorId_idx" ON "AuditRow"("actorId");

-- CreateIndex
CREATE INDEX "Operation_state_idx" ON "Operation"("state");

-- CreateIndex
CREATE INDEX "Operation_startedAt_idx" ON "Operation"("startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Container_name_key" ON "Container"("name");

-- CreateIndex
CREATE INDEX "Container_imageId_idx" ON "Container"("imageId");

-- CreateIndex
CREATE INDEX "ImageTag_imageId_idx" ON "ImageTag"("imageId");

-- CreateIndex
CREATE UNIQUE INDEX "Snapshot_chainId_key" ON "Snapshot"("chainId");

-- CreateIndex
CREATE UNIQUE INDEX "Snapshot_owner_key" ON "Snapshot"("owner");

-- CreateIndex
CREATE INDEX "Snapshot_parent_idx" ON "Snapshot"("parent");

-- CreateIndex
CREATE UNIQUE INDEX "Network_name_key" ON "Network"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Endpoint_networkId_address_key" ON "Endpoint"("networkId", "address");
